-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: easyappointments
-- ------------------------------------------------------
-- Server version	10.11.6-MariaDB-0+deb12u1

/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;
/*!40101 SET NAMES utf8mb4 */;

--
-- Table structure for table `ea_appointments`
--

DROP TABLE IF EXISTS `ea_appointments`;
/*!40101 SET @saved_cs_client     = @@character_set_client */;
CREATE TABLE `ea_appointments` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `create_datetime` datetime DEFAULT NULL,
  `update_datetime` datetime DEFAULT NULL,
  `book_datetime` datetime DEFAULT NULL,
  `start_datetime` datetime DEFAULT NULL,
  `end_datetime` datetime DEFAULT NULL,
  `location` text DEFAULT NULL,
  `notes` text DEFAULT NULL,
  `hash` text DEFAULT NULL,
  `color` varchar(256) DEFAULT '#7cbae8',
  `status` varchar(512) DEFAULT '',
  `is_unavailability` tinyint(4) NOT NULL DEFAULT 0,
  `id_users_provider` int(11) DEFAULT NULL,
  `id_users_customer` int(11) DEFAULT NULL,
  `id_services` int(11) DEFAULT NULL,
  `id_google_calendar` text DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `id_users_provider` (`id_users_provider`),
  KEY `id_users_customer` (`id_users_customer`),
  KEY `id_services` (`id_services`),
  CONSTRAINT `appointments_services` FOREIGN KEY (`id_services`) REFERENCES `ea_services` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;

--
-- Dumping data for table `ea_appointments`
--

LOCK TABLES `ea_appointments` WRITE;
/*!40000 ALTER TABLE `ea_appointments` DISABLE KEYS */;
INSERT INTO `ea_appointments` VALUES
(1,'2026-11-02 10:00:00',NULL,'2026-11-02 10:00:00','2026-11-27 09:00:00','2026-11-27 09:45:00','','Apporter l\'ordonnance;\nvenir à jeun (12 h).','a1b2','#7cbae8','Booked',0,2,3,1,NULL),
(2,'2026-11-02 10:05:00',NULL,'2026-11-02 10:05:00','2026-11-27 10:00:00','2026-11-27 10:20:00',NULL,NULL,'a1b3','#7cbae8','Confirmed',0,2,4,2,NULL),
(3,'2026-11-02 10:06:00',NULL,'2026-11-02 10:06:00','2026-11-27 11:00:00','2026-11-27 11:20:00',NULL,NULL,'a1b4','#7cbae8','Cancelled',0,2,3,2,NULL),
(4,'2026-11-02 10:07:00',NULL,'2026-11-02 10:07:00','2027-02-01 08:00:00','2027-02-05 19:00:00',NULL,'Congés','a1b5','#7cbae8','',1,2,NULL,NULL,NULL),
(5,'2026-11-02 10:08:00',NULL,'2026-11-02 10:08:00','2027-03-28 02:30:00','2027-03-28 03:00:00',NULL,NULL,'a1b6','#7cbae8','',0,2,3,1,NULL),
(6,'2026-11-02 10:09:00',NULL,'2026-11-02 10:09:00','2026-11-27 10:10:00','2026-11-27 10:30:00',NULL,NULL,'a1b7','#7cbae8','',0,2,3,2,NULL);
INSERT INTO `ea_appointments` (`id`, `start_datetime`, `end_datetime`, `is_unavailability`, `id_users_provider`, `id_users_customer`, `id_services`, `notes`) VALUES
(7,'2026-11-27 09:00:00','2026-11-27 10:00:00',0,5,4,1,'À l\'île, \"chez lui\"'),
(8,'2026-11-30 09:00:00','2026-11-30 10:00:00',0,99,4,1,NULL);
/*!40000 ALTER TABLE `ea_appointments` ENABLE KEYS */;
UNLOCK TABLES;

DROP TABLE IF EXISTS `ea_roles`;
CREATE TABLE `ea_roles` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `name` varchar(256) DEFAULT NULL,
  `slug` varchar(256) DEFAULT NULL,
  `is_admin` tinyint(4) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `ea_roles` VALUES (1,'Administrator','admin',1),(2,'Provider','provider',0),(3,'Customer','customer',0),(4,'Secretary','secretary',0);

DROP TABLE IF EXISTS `ea_services`;
CREATE TABLE `ea_services` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `name` varchar(256) DEFAULT NULL,
  `duration` int(11) DEFAULT NULL,
  `price` decimal(10,2) DEFAULT NULL,
  `description` text DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `ea_services` VALUES (1,'Première consultation',45,60.00,NULL),(2,'Contrôle',20,30.00,'Suite d\'un soin');

DROP TABLE IF EXISTS `ea_services_providers`;
CREATE TABLE `ea_services_providers` (
  `id_users` int(11) NOT NULL,
  `id_services` int(11) NOT NULL,
  PRIMARY KEY (`id_users`,`id_services`)
) ENGINE=InnoDB;
INSERT INTO `ea_services_providers` VALUES (2,1),(2,2),(5,1);

DROP TABLE IF EXISTS `ea_settings`;
CREATE TABLE `ea_settings` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `name` varchar(512) DEFAULT NULL,
  `value` longtext DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `ea_settings` VALUES (1,'company_name','Maison de santé'),(2,'company_email','contact@example.org');

DROP TABLE IF EXISTS `ea_user_settings`;
CREATE TABLE `ea_user_settings` (
  `id_users` int(11) NOT NULL,
  `username` varchar(256) DEFAULT NULL,
  `password` varchar(512) DEFAULT NULL,
  `working_plan` text DEFAULT NULL,
  PRIMARY KEY (`id_users`)
) ENGINE=InnoDB;
INSERT INTO `ea_user_settings` VALUES (2,'hmartin','secret-de-l-autre','{\"monday\":{\"start\":\"08:00\",\"end\":\"12:00\",\"breaks\":[{\"start\":\"10:00\",\"end\":\"10:20\"}]},\"tuesday\":null,\"friday\":{\"start\":\"09:00\",\"end\":\"17:00\",\"breaks\":[]}}');

DROP TABLE IF EXISTS `ea_users`;
CREATE TABLE `ea_users` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `first_name` varchar(256) DEFAULT NULL,
  `last_name` varchar(512) DEFAULT NULL,
  `email` varchar(512) DEFAULT NULL,
  `mobile_number` varchar(128) DEFAULT NULL,
  `phone_number` varchar(128) DEFAULT NULL,
  `address` varchar(256) DEFAULT NULL,
  `city` varchar(256) DEFAULT NULL,
  `state` varchar(128) DEFAULT NULL,
  `zip_code` varchar(64) DEFAULT NULL,
  `notes` text DEFAULT NULL,
  `timezone` varchar(256) DEFAULT 'UTC',
  `id_roles` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `id_roles` (`id_roles`)
) ENGINE=InnoDB;
INSERT INTO `ea_users` VALUES (1,'Admin','Istrateur','admin@example.org',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'UTC',1),(2,'Hélène','Martin','h@example.org',NULL,'01 40 50 60 70',NULL,'Créteil',NULL,NULL,NULL,'Europe/Paris',2),(3,'Zoé','Lécuyer','zoe@example.org','06 39 98 12 34','01 99 00 12 34','5, rue de l\'Église','Créteil',NULL,'94000','Allergie : pénicilline','UTC',3),(4,'Jean-Luc','O\'Brien',NULL,NULL,'+33 6 39 98 77 77',NULL,NULL,NULL,NULL,NULL,'UTC',3),(5,'Jean','d\'Artagnan','j@example.org',NULL,NULL,NULL,'Saint-Denis',NULL,NULL,NULL,'Indian/Reunion',2),(6,'Jamais','Venu','jamais@example.org',NULL,NULL,NULL,NULL,NULL,NULL,NULL,'UTC',3);
-- Dump completed on 2026-11-24  9:00:00
